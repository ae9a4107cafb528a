import { agoText, localText, preciseText, utcText } from './clock-text.ts'
import { missing } from './format.ts'
import { useNow } from './use-now.ts'

type MomentProps = {
  at: string | null | undefined
  form?: 'clock' | 'ago' | 'precise' | 'both'
  className?: string
}

/** A moment in local time; the exact UTC time on hover. */
export function Moment({ at, form = 'clock', className }: MomentProps) {
  const now = useNow()
  const ms = at ? Date.parse(at) : Number.NaN
  if (Number.isNaN(ms)) return <span className={className}>{missing}</span>
  const clock = form === 'precise' ? preciseText(ms, now) : localText(ms, now)
  const text = form === 'ago' ? agoText(ms, now) : form === 'both' ? `${clock} · ${agoText(ms, now)}` : clock
  return (
    <time dateTime={at ?? undefined} title={utcText(ms)} className={className}>
      {text}
    </time>
  )
}
