import { Monitor, Moon, Sun } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { setTheme, type Theme, themes, useTheme } from './theme.ts'

const looks: Record<Theme, { icon: typeof Sun; word: string }> = {
  system: { icon: Monitor, word: 'as the system' },
  light: { icon: Sun, word: 'light' },
  dark: { icon: Moon, word: 'dark' },
}

/** Goes round system → light → dark. */
export function ThemeToggle() {
  const theme = useTheme()
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system'
  const { icon: Icon, word } = looks[theme]
  const label = `Theme: ${word}. Change to ${looks[next].word}`
  return (
    <Button look="quiet" size="icon" aria-label={label} title={label} onClick={() => setTheme(next)}>
      <Icon aria-hidden />
    </Button>
  )
}
