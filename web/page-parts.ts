import { Attention } from './attention/attention.tsx'
import { NotificationChoices } from './attention/notification-choices.tsx'
import { parts } from './parts.ts'
import styles from './styles/parts.css?inline'

export { registerServiceWorker } from './app/service-worker.ts'

/** The page also draws the attention of a user who looks elsewhere, which an element leaves to its site. */
export const pageParts = { ...parts, Attention, NotificationChoices }

const styleSheet = new CSSStyleSheet()
styleSheet.replaceSync(styles)
document.adoptedStyleSheets.push(styleSheet)
