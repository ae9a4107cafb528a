import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from './button.tsx'

/** Copies a text. Says so, and hides itself where the browser allows no copying (plain http on a foreign host). */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [done, setDone] = useState(false)
  useEffect(() => {
    if (!done) return
    const timer = setTimeout(() => setDone(false), 1_500)
    return () => clearTimeout(timer)
  }, [done])
  if (typeof navigator.clipboard === 'undefined') return null
  return (
    <Button
      look="quiet"
      size="icon-small"
      aria-label={done ? 'Copied' : label}
      title={done ? 'Copied' : label}
      onClick={() =>
        navigator.clipboard.writeText(text).then(
          () => setDone(true),
          () => setDone(false),
        )
      }
    >
      {done ? <Check aria-hidden /> : <Copy aria-hidden />}
    </Button>
  )
}
