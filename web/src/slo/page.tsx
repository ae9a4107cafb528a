import { getRouteApi, Link } from '@tanstack/react-router'
import { Pencil } from 'lucide-react'
import { useState } from 'react'
import { PageTitle } from '../shell/page-title.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button, buttonStyle } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Panel } from '../ui/panel.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { BudgetChart } from './budget-chart.tsx'
import { BurnTable } from './burn-table.tsx'
import { DefinitionPanel } from './definition-panel.tsx'
import { SloFigures } from './slo-figures.tsx'
import { stateLook } from './slo-look.ts'
import { useSlo, useSloActions } from './use-slos.ts'

const route = getRouteApi('/slos/$id')

/** One objective. */
export function SloPage() {
  const { id } = route.useParams()
  const query = useSlo(id)
  const [deleting, setDeleting] = useState(false)
  return (
    <>
      <nav aria-label="Breadcrumb" className="mb-1 text-ink-mute text-xs">
        <Link to="/slos" className="hover:text-ink hover:underline">
          SLOs
        </Link>
        <span aria-hidden> / </span>
        {query.data?.slo.service || id}
      </nav>
      {!query.data && <PageTitle title="Objective" />}
      <Loaded query={query} inset={false}>
        {({ slo, status, history }) => (
          <>
            <PageTitle title={slo.name}>
              <Badge tone={stateLook[status.state].tone}>{stateLook[status.state].word}</Badge>
              {slo.document === null && (
                <span className="ml-auto flex gap-2">
                  <Link to="/slos/$id/edit" params={{ id }} className={buttonStyle()}>
                    <Pencil aria-hidden /> Change
                  </Link>
                  <Button look="danger" onClick={() => setDeleting(true)}>
                    Delete
                  </Button>
                </span>
              )}
            </PageTitle>
            <div className="space-y-4">
              <p className="break-words">{status.reason}</p>
              {status.notices.map((notice) => (
                <p key={notice} className="break-words rounded-md bg-medium-soft px-3 py-2">
                  {notice}
                </p>
              ))}
              <SloFigures view={{ slo, status }} />
              <Panel title="Budget left">
                <BudgetChart history={history} />
              </Panel>
              <Panel title="Alerts" note="Both windows have to burn that fast">
                <BurnTable status={status} />
              </Panel>
              <DefinitionPanel slo={slo} />
            </div>
            {deleting && <DeleteSlo id={id} name={slo.name} onClose={() => setDeleting(false)} />}
          </>
        )}
      </Loaded>
    </>
  )
}

function DeleteSlo({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const { remove } = useSloActions()
  const navigate = route.useNavigate()
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete ${name}?`}
      description="Its alerts end. What was recorded of it stays."
    >
      <div className="space-y-3 px-5 py-4">
        {remove.error && <Failure error={remove.error} advice={refusedFor(remove.error, 'slos:write')} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button
            look="danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate(id, { onSuccess: () => void navigate({ to: '/slos' }) })}
          >
            Delete
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
