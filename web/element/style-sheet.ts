import styles from '../styles/element.css?inline'

/**
 * The styles of all elements. A `rem` is a size of the page around them, which may have made it smaller than the
 * browser does.
 */
export const styleSheet = new CSSStyleSheet()
styleSheet.replaceSync(styles.replace(/(\d*\.?\d+)rem\b/g, (_, count) => `${Number(count) * 16}px`))
