import type { ReportSchedule } from '@aiops/contract/model/report'
import { CalendarClock, Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useClusterNames } from '../finding/use-cluster-names.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { cronText, readCron } from './cron-text.ts'
import { formatTitle, typeTitle } from './report-word.ts'
import { ScheduleForm } from './schedule-form.tsx'
import { scopeText } from './scope-text.ts'
import { useReportActions, useReportSchedules } from './use-reports.ts'

/** Reports that are made again and again. */
export function SchedulePanel() {
  const query = useReportSchedules()
  const [adding, setAdding] = useState(false)
  const [changed, setChanged] = useState<ReportSchedule>()
  const [deleted, setDeleted] = useState<ReportSchedule>()
  const add = (
    <Button onClick={() => setAdding(true)}>
      <Plus aria-hidden /> New schedule
    </Button>
  )
  return (
    <>
      <QueryPanel title="Schedules" note="times in UTC" actions={add} query={query}>
        {({ schedules }) =>
          schedules.length === 0 ? (
            <Empty icon={CalendarClock} title="Nothing is scheduled">
              A schedule has a report made at fixed times, such as a summary every Monday morning.
            </Empty>
          ) : (
            <ul className="divide-y">
              {schedules.map((schedule) => (
                <ScheduleRow
                  key={schedule.id}
                  schedule={schedule}
                  onChange={() => setChanged(schedule)}
                  onDelete={() => setDeleted(schedule)}
                />
              ))}
            </ul>
          )
        }
      </QueryPanel>
      {adding && (
        <Dialog
          open
          onOpenChange={setAdding}
          title="New schedule"
          description="The same report, made again at fixed times."
          className="top-[6vh] max-h-[88vh]"
        >
          <ScheduleForm onDone={() => setAdding(false)} />
        </Dialog>
      )}
      {changed && (
        <Dialog
          open
          onOpenChange={(open) => !open && setChanged(undefined)}
          title="Change schedule"
          description="Reports that it made stay as they are."
          className="top-[6vh] max-h-[88vh]"
        >
          <ScheduleForm old={changed} onDone={() => setChanged(undefined)} />
        </Dialog>
      )}
      {deleted && <DeleteSchedule schedule={deleted} onClose={() => setDeleted(undefined)} />}
    </>
  )
}

type ScheduleRowProps = { schedule: ReportSchedule; onChange: () => void; onDelete: () => void }

function ScheduleRow({ schedule, onChange, onDelete }: ScheduleRowProps) {
  const names = useClusterNames()
  const cron = readCron(schedule.cron)
  const words = cron && cronText(cron)
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <p className="break-words font-medium">
          {schedule.title} {!schedule.enabled && <Badge tone="outline">Off</Badge>}
        </p>
        <p className="text-ink-mute text-xs">
          {typeTitle(schedule.report_type)} as {formatTitle(schedule.format)} · of the last{' '}
          {schedule.lookback} · {scopeText(schedule.cluster_scope, names)} · by {schedule.created_by}
        </p>
      </div>
      <div className="min-w-0 basis-56">
        <p className="break-words">{words ?? <code className="font-mono text-xs">{schedule.cron}</code>}</p>
        <p className="text-ink-mute text-xs">
          {schedule.next_run_at === null ? (
            'no next run'
          ) : (
            <>
              next <Moment at={schedule.next_run_at} form="ago" />
            </>
          )}
          {schedule.last_run_at !== null && (
            <>
              , last <Moment at={schedule.last_run_at} form="ago" />
            </>
          )}
        </p>
      </div>
      <Button size="small" look="quiet" onClick={onChange} title="Change">
        <Pencil aria-hidden />
        <span className="sr-only">Change {schedule.title}</span>
      </Button>
      <Button size="small" look="quiet" onClick={onDelete} title="Delete">
        <Trash2 aria-hidden />
        <span className="sr-only">Delete {schedule.title}</span>
      </Button>
    </li>
  )
}

function DeleteSchedule({ schedule, onClose }: { schedule: ReportSchedule; onClose: () => void }) {
  const { removeSchedule } = useReportActions()
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Delete this schedule?"
      description={`“${schedule.title}” is made no more. Reports that it made stay.`}
    >
      <div className="space-y-3 px-5 py-4">
        {removeSchedule.error && <Failure error={removeSchedule.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button
            look="danger"
            disabled={removeSchedule.isPending}
            onClick={() => removeSchedule.mutate(schedule.id, { onSuccess: onClose })}
          >
            Delete
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
