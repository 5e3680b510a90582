import { useAllTexts } from './all-texts.ts'
import { useFrame } from './context.ts'
import { themeOf } from './preferences.ts'
import { useReadable } from './readable.ts'

/** Light, dark, or as the system is. */
export function ThemeChoice() {
  const texts = useAllTexts()
  const { theme } = useFrame().preferences
  const labels = { system: texts.themeSystem, light: texts.themeLight, dark: texts.themeDark }
  return (
    <label class="label">
      {texts.theme}
      <select
        class="field"
        value={useReadable(theme)}
        onChange={(event) => theme.set(themeOf(event.currentTarget.value))}
      >
        {Object.entries(labels).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  )
}
