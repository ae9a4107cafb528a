import { useNow } from '../ui/use-now.ts'
import type { LiveState } from './live.ts'
import { useLiveState } from './live-provider.tsx'

/** Whether what is shown follows the server right now. */
export function LiveIndicator() {
  const state = useLiveState()
  const { word, dot, title } = looks(state, useNow())
  return (
    <span
      role="status"
      title={title}
      className="inline-flex items-center gap-2 whitespace-nowrap text-ink-soft text-xs"
    >
      <span aria-hidden className={`size-2 rounded-full ${dot}`} />
      {word}
    </span>
  )
}

function looks(state: LiveState, now: number): { word: string; dot: string; title: string } {
  if (state.phase === 'open')
    return { word: 'Live', dot: 'bg-ok', title: 'Connected: changes appear as they happen.' }
  if (state.phase === 'connecting')
    return { word: 'Connecting', dot: 'bg-medium', title: 'Opening the live connection.' }
  const seconds = Math.max(0, Math.ceil((state.retryAtMs - now) / 1_000))
  return {
    word: seconds > 0 ? `Offline · retry in ${seconds} s` : 'Offline · retrying',
    dot: 'bg-critical',
    title: 'The live connection is lost; what you see may be old.',
  }
}
