import { piecesOf } from './links.ts'

/** What a user wrote, with links. It is never read as HTML. */
export function MessageText({ text }: { readonly text: string }) {
  return (
    <span>
      {piecesOf(text).map((piece, index) =>
        piece.isLink ? (
          <a key={index} class="link" href={piece.text} target="_blank" rel="noopener noreferrer">
            {piece.text}
          </a>
        ) : (
          piece.text
        ),
      )}
    </span>
  )
}
