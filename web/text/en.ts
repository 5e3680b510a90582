import { formatsOf, shortCount } from './format.ts'
import { plurals } from './plural.ts'

const locale = 'en'
const format = formatsOf(locale)
const count = plurals(locale)

/** The texts that the first view can need. */
export const en = {
  locale,
  format,
  app: 'Chat',
  skip: 'Skip to the messages',
  close: 'Close',
  cancel: 'Cancel',
  back: 'Back to the conversations',
  menu: 'Menu',
  failed: 'That did not work. Try again.',
  noLonger: 'That no longer exists.',
  alreadyAnswered: 'This invitation has been answered.',
  onlyOwner: 'Only the owner of the group can do that.',
  alreadyThere: 'You already have this conversation.',
  notAccepted: 'The server does not accept this.',
  tooOften: (when: string) => `You have done that too often. Try again ${when}.`,
  otherLanguage: 'Français',

  // Signing in
  signOut: 'Sign out',

  // Connection
  connection: 'Connection',
  connectionIs: (phase: string) => `Connection: ${phase}`,
  online: 'Online',
  connecting: 'Connecting',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
  polling: 'Slow connection (polling)',
  replaced: 'Connected elsewhere',
  retryIn: (seconds: number) => `next attempt in ${seconds} s`,
  retryNow: 'Try now',
  useHere: 'Connect here',
  waitingToConnect: 'Waiting for the connection…',
  noConnection: 'There is no connection. Try again later.',

  // Conversations
  conversations: 'Conversations',
  noConversations: 'No conversations yet',
  noConversationsHint: 'Find an administrator above and send an invitation.',
  acceptHint: 'Accept an invitation above, or find an administrator.',
  unread: (name: string, unread: number) => (unread ? `${name}, ${shortCount(unread)} unread` : name),
  draft: 'Draft:',
  you: 'You:',
  deletedMessage: 'Message deleted',
  invitationSent: 'Invitation sent',
  invitationAccepted: 'Accepted your invitation',
  withdraw: (name: string) => `Withdraw the invitation to ${name}`,
  isTyping: (names: readonly string[]) =>
    names.length > 1 ? `${format.list(names)} are typing…` : `${names[0] ?? ''} is typing…`,
  loadingConversations: 'Loading the conversations…',
  typing: 'typing…',
  waitingForOthers: 'Waiting for the others to join',

  // People
  find: 'Find an administrator',
  clear: 'Clear',
  newInvitation: (name: string) => `New invitation from ${name}`,
  isOnline: 'online',
  lastSeen: (ago: string) => `last seen ${ago}`,

  // Groups
  group: 'Group',
  newGroup: 'New group',
  people: 'People',
  participants: count('# participant', '# participants'),

  // A conversation
  chooseConversation: 'Choose a conversation',
  chooseConversationHint: 'Or find an administrator and start a new one.',
  messages: 'Messages',
  noMessages: 'No messages yet. Say hello.',
  olderRemoved: 'Older messages have been removed.',
  newMessages: 'New messages',
  latestCount: count('# new message', '# new messages'),
  loadingOlder: 'Loading older messages…',
  sending: 'Sending',
  waiting: 'Waiting to be sent',
  sent: 'Sent',
  read: 'Read',
  edited: 'edited',
  notSent: 'Not sent',
  edit: 'Edit',
  delete: 'Delete',
  deleteSure: 'Delete this message for everyone?',
  reply: 'Reply',
  unavailableQuote: 'This message is not available',
  says: (name: string, text: string) => `${name}: ${text}`,
  youJoined: 'You joined',
  joined: (name: string) => `${name} joined`,
  youLeft: 'You left',
  left: (name: string) => `${name} left`,
  removedBy: (name: string, by: string) => `${by} removed ${name}`,
  youRemoved: (name: string) => `You removed ${name}`,
  removedYou: (by: string) => `${by} removed you`,
  youBecameOwner: 'You are now the owner',
  becameOwner: (name: string) => `${name} is now the owner`,
  unknownPerson: 'Former participant',
  earlierMessage: 'An earlier message',
  showMore: 'Show more',
  showLess: 'Show less',

  // Writing
  message: 'Message',
  send: 'Send',
  editing: 'Editing a message',
  saving: 'Saving…',
  replyingTo: (name: string) => `Replying to ${name}`,
  deletedMeanwhile: 'The message has been deleted.',
  onlyText: 'Only text can be sent.',
}
