import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { saveBlob, saveFile } from '../shell/save-file.ts'
import { Button } from '../ui/button.tsx'
import { allocationCsv } from './cost-csv.ts'
import type { AllocationKey, SpendRange } from './cost-search.ts'
import type { Allocations } from './use-cost.ts'

type CostDownloadProps = { by: AllocationKey; range: SpendRange; answer: Allocations | undefined }

/** The table as CSV, and the time as a FOCUS data set, which the server writes. It is fetched first: a link shows no key. */
export function CostDownload({ by, range, answer }: CostDownloadProps) {
  const focus = useMutation({
    mutationFn: () => saveFile(`/api/v1/cost/focus?duration=${range}`, 'focus.csv'),
  })
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
          saveBlob(new Blob([allocationCsv(answer)], { type: 'text/csv' }), `cost-by-${by}-${range}.csv`)
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
