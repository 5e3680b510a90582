import styles from './styles/index.css?inline'

class AdminChat extends HTMLElement {
  connectedCallback() {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(styles)
    this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [sheet]
  }
}
customElements.define('admin-chat', AdminChat)
