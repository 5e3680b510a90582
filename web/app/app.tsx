import type { ComponentChildren } from 'preact'
import type { Chat } from '../../client/index.ts'
import { ConnectionStatus } from '../connection/connection-status.tsx'
import { ignoreFiles } from '../ui/files.ts'
import { Announcer } from './announcer.tsx'
import { ChatContext, type Frame, FrameContext, useFrame, useTexts } from './context.ts'
import { Later } from './later.tsx'
import { useReadable } from './readable.ts'
import { Shell } from './shell.tsx'
import { useRefocus } from './use-refocus.ts'

/** The whole chat, on its page or in an element. */
export function App({ frame }: { readonly frame: Frame }) {
  return (
    <FrameContext.Provider value={frame}>
      <Surface>
        <Content />
      </Surface>
    </FrameContext.Provider>
  )
}

function Surface({ children }: { readonly children: ComponentChildren }) {
  const { preferences } = useFrame()
  const theme = useReadable(preferences.theme)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: not interactive, it only ignores dropped files
    <div
      ref={useRefocus()}
      class="chat"
      part="chat"
      lang={useTexts().locale}
      data-theme={theme}
      onDragOver={ignoreFiles}
      onDrop={ignoreFiles}
    >
      {children}
      <Announcer />
    </div>
  )
}

function Content() {
  const chat = useReadable(useFrame().session.chat)
  return (
    <ChatContext.Provider value={chat}>
      <UserContent key={chat} chat={chat} />
    </ChatContext.Provider>
  )
}

function UserContent({ chat }: { readonly chat: Chat }) {
  const { phase, reason } = useReadable(chat.state)
  const userId = useReadable(chat.user)
  if (phase === 'signed-out') return <Later part="SignIn" reason={reason ?? ''} />
  // The token is being read.
  if (userId === undefined) return <ConnectionStatus />
  return (
    <>
      <Shell />
      <Later part="Attention" chat={chat} />
    </>
  )
}
