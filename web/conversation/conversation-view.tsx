/** An open conversation: its header, its messages, and where the user writes. */
export function ConversationView({ id }: { readonly id: string }) {
  return <p>{id}</p>
}
