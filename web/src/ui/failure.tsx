import { ApiError } from '@aiops/contract/client'
import { CircleAlert, RotateCw } from 'lucide-react'
import { Button } from './button.tsx'
import { className as join } from './class-name.ts'
import { failureText } from './failure-text.ts'

type FailureProps = {
  error: unknown
  onRetry?: () => void
  className?: string
  /** Where the place knows better what to do. */
  advice?: string | undefined
}

export function Failure({ error, onRetry, className, advice: better }: FailureProps) {
  const { title, advice, detail } = failureText(error, location.origin)
  /** What is not there is not there the second time. */
  const again = !(error instanceof ApiError && error.status === 404)
  return (
    <div
      role="alert"
      className={join(
        'flex flex-wrap gap-3 rounded-md border border-critical/40 bg-critical-soft p-3',
        className,
      )}
    >
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-critical" />
      <div className="min-w-0 flex-1 basis-32">
        <p className="break-words font-medium">{title}</p>
        <p className="text-ink-soft">{better ?? advice}</p>
        {detail !== '' && <p className="mt-1 break-all font-mono text-ink-soft text-xs">{detail}</p>}
      </div>
      {onRetry && again && (
        <Button size="small" onClick={onRetry}>
          <RotateCw aria-hidden />
          Try again
        </Button>
      )}
    </div>
  )
}
