import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { fetchWithKey } from '../shell/session.ts'
import { Button } from '../ui/button.tsx'
import { allocationCsv } from './cost-csv.ts'
import type { AllocationKey, SpendRange } from './cost-search.ts'
import type { Allocations } from './use-cost.ts'

type CostDownloadProps = { by: AllocationKey; range: SpendRange; answer: Allocations | undefined }

/** The table as CSV, and the time as a FOCUS data set, which the server writes. It is fetched first: a link shows no key. */
export function CostDownload({ by, range, answer }: CostDownloadProps) {
  const focus = useMutation({ mutationFn: () => focusOf(range) })
  return (
    <div className="flex flex-wrap items-center gap-2">
      {focus.error && (
        <span role="alert" className="text-critical text-xs">
          {focus.error.message}
        </span>
      )}
      <Button
        disabled={!answer || answer.allocations.length === 0}
        onClick={() =>
          answer &&
          save(new Blob([allocationCsv(answer)], { type: 'text/csv' }), `cost-by-${by}-${range}.csv`)
        }
      >
        <Download aria-hidden /> CSV
      </Button>
      <Button
        disabled={focus.isPending}
        title="FinOps Open Cost and Usage Specification, by day"
        onClick={() => focus.mutate()}
      >
        <Download aria-hidden /> {focus.isPending ? 'Writing…' : 'FOCUS'}
      </Button>
    </div>
  )
}

async function focusOf(range: SpendRange): Promise<void> {
  const response = await fetchWithKey(`/api/v1/cost/focus?duration=${range}`)
  if (!response.ok) throw new Error(`Not exported: the server answered ${response.status}.`)
  save(await response.blob(), 'focus.csv')
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  Object.assign(link, { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
