import { incidentExportPath, postMortemPath } from '@aiops/contract/api/incident-export'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import { useMutation } from '@tanstack/react-query'
import { Download, Ellipsis, FileText, Gauge, Merge, SearchCheck, UserRound } from 'lucide-react'
import { useState } from 'react'
import { saveFile } from '../shell/save-file.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { AssignDialog } from './assign-dialog.tsx'
import { CauseDialog } from './cause-dialog.tsx'
import { MergeDialog } from './merge-dialog.tsx'
import { SeverityDialog } from './severity-dialog.tsx'

type Deed = 'ASSIGN' | 'SEVERITY' | 'CAUSE' | 'MERGE'

/** What else may be done with an incident. */
export function IncidentMenu({ incident }: { incident: IncidentDetail }) {
  const [deed, setDeed] = useState<Deed>()
  const onClose = (): void => setDeed(undefined)
  const save = useMutation({
    mutationFn: ({ path, name }: { path: string; name: string }) =>
      saveFile(path.replace('{id}', String(incident.number)), name),
  })
  const mayEdit = incident.merged_into === null && incident.status !== 'CLOSED'
  return (
    <>
      <Menu
        trigger={
          <Button size="icon" aria-label="More deeds" title="Assign, merge, export and more">
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <MenuItem icon={UserRound} text="Assign…" onSelect={() => setDeed('ASSIGN')} />
        <MenuItem icon={SearchCheck} text="Confirm the cause…" onSelect={() => setDeed('CAUSE')} />
        {mayEdit && <MenuItem icon={Gauge} text="Set the severity…" onSelect={() => setDeed('SEVERITY')} />}
        {mayEdit && <MenuItem icon={Merge} text="Merge into another…" onSelect={() => setDeed('MERGE')} />}
        <MenuItem
          icon={FileText}
          text="Draft of a post-mortem"
          onSelect={() =>
            save.mutate({ path: postMortemPath, name: `INC-${incident.number}-post-mortem.md` })
          }
        />
        <MenuItem
          icon={Download}
          text="Export as JSON"
          onSelect={() => save.mutate({ path: incidentExportPath, name: `INC-${incident.number}.json` })}
        />
      </Menu>
      {deed === 'ASSIGN' && <AssignDialog {...{ incident, onClose }} />}
      {deed === 'SEVERITY' && <SeverityDialog {...{ incident, onClose }} />}
      {deed === 'CAUSE' && <CauseDialog {...{ incident, onClose }} />}
      {deed === 'MERGE' && <MergeDialog {...{ incident, onClose }} />}
      {save.error && <Failure error={save.error} className="w-full" />}
    </>
  )
}
