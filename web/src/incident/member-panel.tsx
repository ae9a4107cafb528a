import type { IncidentDetail, IncidentMember } from '@aiops/contract/model/incident'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Pager } from '../ui/pager.tsx'
import { Panel } from '../ui/panel.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { SearchField } from '../ui/search-field.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { AlertRow, AnomalyRow, type MemberDeeds } from './member-row.tsx'
import { SplitDialog } from './split-dialog.tsx'
import { membersPageSize, useMemberEdits, useMembers } from './use-incident.ts'

/** The anomalies and alerts that make up the incident, each with why it belongs, and what to do where it does not. */
export function MemberPanel({ incident }: { incident: IncidentDetail }) {
  const [text, setText] = useState('')
  const [page, setPage] = useState(1)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [splitting, setSplitting] = useState(false)
  const { data, error, refetch, isPlaceholderData } = useMembers(incident.id, { page, text })
  const { remove } = useMemberEdits(incident.id)
  const mayEdit = incident.merged_into === null && incident.status !== 'CLOSED'
  const deeds: MemberDeeds | undefined = mayEdit
    ? {
        chosen,
        pending: remove.isPending,
        onChoose: (id) => setChosen(toggled(chosen, id)),
        onRemove: (id) => remove.mutate(id),
      }
    : undefined
  return (
    <Panel
      title="What it is made of"
      note={`${counted(incident.anomaly_count, 'anomaly', 'anomalies')}, ${counted(incident.alert_count, 'alert')}`}
      actions={
        <>
          {chosen.size > 0 && (
            <>
              <Button size="small" look="quiet" onClick={() => setChosen(new Set())}>
                {chosen.size} chosen
              </Button>
              <Button size="small" onClick={() => setSplitting(true)}>
                Split off…
              </Button>
            </>
          )}
          {incident.anomaly_count + incident.alert_count > 8 && (
            <SearchField
              label="Search what it is made of"
              value={text}
              onChange={(next) => {
                setText(next)
                setPage(1)
              }}
              className="w-56"
            />
          )}
        </>
      }
      bodyClassName="p-0"
    >
      {error && !data && <Failure error={error} onRetry={() => void refetch()} className="m-4" />}
      {remove.error && (
        <Failure error={remove.error} advice={refusedFor(remove.error, 'incidents:write')} className="m-4" />
      )}
      {!data && !error && (
        <div className="p-4">
          <SkeletonRows rows={4} />
        </div>
      )}
      {data && (
        <ul className={`max-h-[32rem] divide-y overflow-y-auto ${isPlaceholderData ? 'opacity-60' : ''}`}>
          {data.items.map((member) => (
            <MemberRow key={member.id} {...{ member, deeds }} />
          ))}
          {data.total === 0 && (
            <li className="px-4 py-3 text-ink-mute">
              {text === '' ? 'No member is recorded.' : `None of them has “${text}”.`}
            </li>
          )}
        </ul>
      )}
      {data && data.total > membersPageSize && (
        <Pager
          back="Previous"
          on="Next"
          page={page}
          pageSize={membersPageSize}
          total={data.total}
          onPage={setPage}
        />
      )}
      {splitting && (
        <SplitDialog
          incident={incident}
          members={[...chosen]}
          onClose={() => setSplitting(false)}
          onDone={() => setChosen(new Set())}
        />
      )}
    </Panel>
  )
}

function MemberRow({ member, deeds }: { member: IncidentMember; deeds: MemberDeeds | undefined }) {
  const { alert, anomaly, reason } = member
  if (alert) return <AlertRow {...{ alert, reason, deeds }} />
  return anomaly && <AnomalyRow {...{ anomaly, reason, deeds }} />
}

function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen)
  if (!next.delete(id)) next.add(id)
  return next
}
