import { Confirm } from '../ui/confirm.tsx'
import { useAllTexts } from './all-texts.ts'

/** Asks before the user loses what is not finished or not sent. */
export function SignOutDialog(props: { readonly run: () => Promise<void>; readonly onClose: () => void }) {
  const texts = useAllTexts()
  return <Confirm question={texts.signOutSure} detail={texts.signOutHint} action={texts.signOut} {...props} />
}
