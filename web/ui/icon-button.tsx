import type { ButtonHTMLAttributes } from 'preact'
import { Icon, type IconName } from './icon.tsx'

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName
  /** What the button does, for screen readers and as its tooltip. */
  readonly name: string
  /** A class for its place. */
  readonly class?: string
}

/** A round button that shows only an icon, and perhaps something on top of it. */
export function IconButton({ icon, name, class: place = '', children, ...others }: IconButtonProps) {
  return (
    <button type="button" class={`icon-button ${place}`} aria-label={name} title={name} {...others}>
      <Icon name={icon} />
      {children}
    </button>
  )
}
