import { useTexts } from '../app/context.ts'

const ROWS = [1, 2, 3, 4, 5]

/** Takes the place of the conversations until they are known. */
export function Skeleton() {
  return (
    <>
      <p class="visually-hidden">{useTexts().loadingConversations}</p>
      <div class="skeleton" aria-hidden="true">
        {ROWS.map((row) => (
          <div key={row} class="conversation">
            <span class="avatar" />
            <span class="skeleton-title" />
            <span class="skeleton-preview" />
          </div>
        ))}
      </div>
    </>
  )
}
