import type { ContainerSummary } from '@aiops/contract/model/kubernetes'
import { Badge } from '../ui/badge.tsx'
import { className } from '../ui/class-name.ts'
import { Moment } from '../ui/moment.tsx'
import { counted, sentenceCase } from '../ui/words.ts'
import { StatusText } from './status-text.tsx'

/** Containers as they are, and how they ended last. */
export function ContainerList({ containers }: { containers: readonly ContainerSummary[] }) {
  return (
    <ul className="space-y-2">
      {containers.map((one) => (
        <li key={one.name} className="rounded-md border px-3 py-2">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="font-medium">{one.name}</span>
            {one.kind !== 'MAIN' && <Badge tone="outline">{sentenceCase(one.kind)}</Badge>}
            <StatusText status={one.state} />
            {!one.ready && one.kind === 'MAIN' && <span className="text-high text-xs">not ready</span>}
            <span
              className={className(
                'ml-auto text-xs',
                one.restarts > 0 ? 'font-medium text-high' : 'text-ink-mute',
              )}
            >
              {counted(one.restarts, 'restart')}
            </span>
          </p>
          <p className="break-all font-mono text-ink-soft text-xs">{one.image}</p>
          {one.message !== '' && <p className="mt-1 whitespace-pre-wrap break-words">{one.message}</p>}
          {one.last_exit && (
            <p className="mt-1 text-ink-soft">
              Ended last with exit code <span className="font-medium">{one.last_exit.code}</span>
              {one.last_exit.reason && ` (${one.last_exit.reason})`}
              {one.last_exit.at && (
                <>
                  , <Moment at={one.last_exit.at} form="both" />
                </>
              )}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}
