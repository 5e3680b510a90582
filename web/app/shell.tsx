import { useRef } from 'preact/hooks'
import { ConnectionStatus } from '../connection/connection-status.tsx'
import { ConversationView } from '../conversation/conversation-view.tsx'
import { ConversationList } from '../conversations/conversation-list.tsx'
import { Invitations } from '../people/invitations.tsx'
import { NewGroup } from '../people/new-group.tsx'
import { Search } from '../people/search.tsx'
import { Icon } from '../ui/icon.tsx'
import { useFrame, useTexts } from './context.ts'
import { LanguageButton } from './language-button.tsx'
import { Later } from './later.tsx'
import { Menu } from './menu.tsx'
import { useReadable } from './readable.ts'
import { SignOut } from './sign-out.tsx'

/** The list beside a conversation; where there is no room for both, one of them. */
export function Shell() {
  const texts = useTexts()
  const { route, page } = useFrame()
  const id = useReadable(route.conversationId)
  const content = useRef<HTMLElement>(null)
  const Main = page ? 'main' : 'section'
  return (
    <div class="shell" data-view={id === undefined ? 'list' : 'conversation'}>
      {/* Not a link to a fragment, which would change the address, and would find nothing in a shadow root. */}
      <button
        type="button"
        class="skip"
        onClick={() => (content.current?.querySelector<HTMLElement>('.messages') ?? content.current)?.focus()}
      >
        {texts.skip}
      </button>
      <div class="sidebar">
        <header class="bar">
          <h1 class="truncate" tabIndex={-1}>
            {texts.app}
          </h1>
          <Menu />
        </header>
        <div class="sidebar-scroller">
          <Later part="MemoryHint" />
          <Search />
          <Invitations />
          <ConversationList />
        </div>
        <footer class="sidebar-footer">
          <NewGroup />
          <div class="sidebar-buttons">
            <LanguageButton />
            <SignOut />
          </div>
        </footer>
      </div>
      <Main ref={content} class="content" tabIndex={-1}>
        {id === undefined ? (
          <div class="empty">
            <Icon name="chat" />
            <h2>{texts.chooseConversation}</h2>
            <p>{texts.chooseConversationHint}</p>
          </div>
        ) : (
          <ConversationView key={id} id={id} />
        )}
      </Main>
      <ConnectionStatus />
    </div>
  )
}
