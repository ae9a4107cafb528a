import type { Report } from '@aiops/contract/model/report'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { useReportActions } from './use-reports.ts'

type DeleteReportProps = { report: Pick<Report, 'id' | 'title'>; onClose: () => void; onDone?: () => void }

/** Asks before a report goes. */
export function DeleteReport({ report, onClose, onDone }: DeleteReportProps) {
  const { remove } = useReportActions()
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Delete this report?"
      description={`“${report.title}” and its document go for good. What it was made from stays.`}
    >
      <div className="space-y-3 px-5 py-4">
        {remove.error && <Failure error={remove.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button
            look="danger"
            disabled={remove.isPending}
            onClick={() =>
              remove.mutate(report.id, {
                onSuccess: () => {
                  onClose()
                  onDone?.()
                },
              })
            }
          >
            {remove.isPending ? 'Deleting…' : 'Delete'}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
