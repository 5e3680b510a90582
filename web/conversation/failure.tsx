import type { Pending } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { notSentText } from '../ui/problem-text.ts'
import type { Actions } from './use-actions.ts'

/** Why a message was not sent, and what the user can do about it. */
export function Failure({ pending, actions }: { readonly pending: Pending; readonly actions: Actions }) {
  const texts = useAllTexts()
  const { clientMessageId, error } = pending
  return (
    <div class="failure">
      <p class="problem">{notSentText(error, texts)}</p>
      <div class="failure-buttons">
        <button type="button" class="failure-button" onClick={() => actions.retry(clientMessageId)}>
          {texts.tryAgain}
        </button>
        <button type="button" class="failure-button" onClick={() => actions.discard(clientMessageId)}>
          {texts.discard}
        </button>
      </div>
    </div>
  )
}
