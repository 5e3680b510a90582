import styles from '../styles/element.css?inline'

/**
 * The styles of all elements, with pixels instead of `rem`, because the page around an element may have made `rem`
 * smaller than the browser's default.
 */
export const styleSheet = new CSSStyleSheet()
styleSheet.replaceSync(styles.replace(/(\d*\.?\d+)rem\b/g, (_, count) => `${Number(count) * 16}px`))
