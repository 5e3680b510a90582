import { MenuContent } from './app/menu-content.tsx'
import { SignIn } from './app/sign-in.tsx'
import { SignOutDialog } from './app/sign-out-dialog.tsx'
import { Count } from './composer/count.tsx'
import { WritingBar } from './composer/writing-bar.tsx'
import { MemoryHint } from './connection/memory-hint.tsx'
import { AcceptedWords } from './conversation/accepted-words.tsx'
import { Failure } from './conversation/failure.tsx'
import { JumpToLatest } from './conversation/jump-to-latest.tsx'
import { MessageKeys } from './conversation/message-keys.ts'
import { Missing } from './conversation/missing.tsx'
import { Declined } from './conversations/declined.tsx'
import { MoreConversations } from './conversations/more-conversations.tsx'
import { WithdrawDialog } from './conversations/withdraw-dialog.tsx'
import { FoundPeople } from './people/found-people.tsx'
import { InvitationList } from './people/invitation-list.tsx'
import { NewGroupDialog } from './people/new-group-dialog.tsx'
import { PeopleDialog } from './people/people-dialog.tsx'
import { SearchState } from './people/search-state.tsx'
import { Confirm } from './ui/confirm.tsx'

/** Components that the first view does not need. `Later` renders them. */
export const parts = {
  AcceptedWords,
  Confirm,
  Count,
  Declined,
  Failure,
  FoundPeople,
  InvitationList,
  JumpToLatest,
  MemoryHint,
  MenuContent,
  MessageKeys,
  Missing,
  MoreConversations,
  NewGroupDialog,
  PeopleDialog,
  SearchState,
  SignIn,
  SignOutDialog,
  WithdrawDialog,
  WritingBar,
}
