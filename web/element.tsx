// These come first, so that all texts are side by side in the built file, which then compresses better.
import './text/en-parts.ts'
import './element/texts.ts'
import { AdminChat } from './element/admin-chat.tsx'

// A page may load the chat twice.
if (!customElements.get('admin-chat')) customElements.define('admin-chat', AdminChat)
