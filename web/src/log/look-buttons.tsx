import { AlignJustify, WrapText } from 'lucide-react'
import { Button } from '../ui/button.tsx'

export type LogLook = { wrap: boolean; compact: boolean }

export function LookButtons({ look, onChange }: { look: LogLook; onChange: (look: LogLook) => void }) {
  const pressed = 'aria-pressed:bg-accent-soft aria-pressed:text-accent'
  return (
    <>
      <Button
        look="quiet"
        size="small"
        className={pressed}
        aria-pressed={look.wrap}
        onClick={() => onChange({ ...look, wrap: !look.wrap })}
      >
        <WrapText aria-hidden />
        Wrap
      </Button>
      <Button
        look="quiet"
        size="small"
        className={pressed}
        aria-pressed={look.compact}
        onClick={() => onChange({ ...look, compact: !look.compact })}
      >
        <AlignJustify aria-hidden />
        Compact
      </Button>
    </>
  )
}
