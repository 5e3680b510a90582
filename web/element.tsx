import { AdminChat } from './element/admin-chat.tsx'

// A page may load the chat twice.
if (!customElements.get('admin-chat')) customElements.define('admin-chat', AdminChat)
