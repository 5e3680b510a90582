import { plurals } from './plural.ts'

const count = plurals('en')

/** The texts of what the page loads after the first view. */
export const enParts = {
  // Signing in
  welcome: 'Welcome',
  signInHint: 'Sign in with a token from your site.',
  demoHint: 'Choose a demo user. Open a second window to sign in as another one.',
  orToken: 'Or sign in with a token',
  token: 'Token',
  signIn: 'Sign in',
  continueAs: (name: string) => `Continue as ${name}`,
  tokenEnded: 'Sign in again: your session has ended. Your drafts and unsent messages are kept.',
  signedOut: 'You have signed out.',
  tokenRefused: 'This token does not work: it is not valid, or its user may not use the chat.',
  signInOnSite: 'Sign in to this site to use the chat.',
  signInAgain: 'Sign in again',
  signedInAs: 'Signed in as',
  signOutSure: 'Sign out?',
  signOutHint: 'Everything that is stored in this browser will be deleted, including unsent messages.',

  // Conversations
  memoryOnly: 'This browser stores nothing: unsent messages are lost when the page is closed.',
  moreConversations: 'More conversations',
  withdrawShort: 'Withdraw',
  withdrawSure: (name: string) => `Withdraw the invitation to ${name}?`,
  invitationDeclined: 'Invitation declined',
  earlierInvitation: 'An earlier invitation',
  groupDeclined: (title: string) => `Declined to join ${title}`,

  // People
  noPeople: 'No administrators found',
  typeMore: 'Type two letters or more.',
  searching: 'Searching…',
  found: count('# administrator found', '# administrators found'),
  invite: (name: string) => `Invite ${name}`,
  invitationText: 'A few words with the invitation (optional)',
  invited: (name: string) => `Invitation sent to ${name}`,
  openConversation: (name: string) => `Open the conversation with ${name}`,
  inviteShort: 'Invite',
  openShort: 'Open',
  accept: (name: string) => `Accept ${name}`,
  decline: (name: string) => `Decline ${name}`,
  acceptShort: 'Accept',
  declineShort: 'Decline',
  invitesToGroup: (title: string) => `invites you to ${title}`,
  invitesYou: 'wants to chat with you',
  invitesToAGroup: 'invites you to a group',
  showAll: 'Show all',
  invitations: 'Invitations',

  // Groups
  groupTitle: 'Title',
  createGroup: 'Create group',
  chooseMembers: 'Who should be in the group?',
  ownName: 'You',
  owner: 'Owner',
  titleHint: 'Optional. Without a title, the group is named after its participants.',
  joinHint: 'They receive an invitation and join when they accept it.',
  chooseSome: 'Choose at least one person.',
  sendInvitations: 'Send invitations',
  isParticipant: 'in the group',
  invitedPeople: 'Invited',
  invitedBy: (name: string) => `invited by ${name}`,
  addPeople: 'Add people',
  removePerson: (name: string) => `Remove ${name}`,
  removePersonSure: (name: string) => `Remove ${name} from the group?`,
  makeOwner: (name: string) => `Make ${name} the owner`,
  makeOwnerSure: (name: string) => `Make ${name} the owner?`,
  makeOwnerDetail: 'You can then no longer invite or remove people.',
  remove: 'Remove',
  makeOwnerShort: 'Make owner',
  leaveGroup: 'Leave group',
  leaveGroupSure: 'Leave this group?',
  leaveGroupDetail: 'You will no longer be able to read it, and only the owner can invite you again.',
  leaveAsOwnerDetail:
    'You will no longer be able to read it. The participant who joined first becomes the owner, who can invite you again.',

  // A conversation
  noSuchConversation: 'This conversation does not exist, or you are not a participant.',
  leftGroup: (title: string) => `You have left “${title}”.`,
  leftOrRemoved: (title: string, owner: string) =>
    `You are no longer in “${title}”. Either you left it, or ${owner} removed you.`,
  invitation: 'Invitation',
  latest: 'Jump to latest',
  tryAgain: 'Try again',
  charactersLeft: count('# character left', '# characters left'),
  tooLong: count('# character too many', '# characters too many'),

  // Dialogs
  discard: 'Discard',
  discardSure: 'Discard what you have written?',

  // Preferences
  theme: 'Appearance',
  themeSystem: 'Same as the system',
  themeLight: 'Light',
  themeDark: 'Dark',
  notifications: 'Notifications',
  notificationsBlocked:
    'The browser blocks notifications for this site. You can change that in its settings.',
  sound: 'Sound',
}
