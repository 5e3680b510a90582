import { MenuContent } from './app/menu-content.tsx'
import { SignIn } from './app/sign-in.tsx'
import { Missing } from './conversation/missing.tsx'
import { MoreConversations } from './conversations/more-conversations.tsx'
import { FoundPeople } from './people/found-people.tsx'
import { InvitationList } from './people/invitation-list.tsx'
import { NewGroupDialog } from './people/new-group-dialog.tsx'
import { PeopleDialog } from './people/people-dialog.tsx'
import { Confirm } from './ui/confirm.tsx'

/** What the first view does not need. Rendered by `Later`. */
export const parts = {
  Confirm,
  FoundPeople,
  InvitationList,
  MenuContent,
  Missing,
  MoreConversations,
  NewGroupDialog,
  PeopleDialog,
  SignIn,
}
