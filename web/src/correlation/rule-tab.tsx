import type { CorrelationRule } from '@aiops/contract/model/correlation-rule'
import { Combine, Plus } from 'lucide-react'
import { useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { counted, sentenceCase } from '../ui/words.ts'
import { actionLooks } from './action-look.ts'
import { RuleEffectDialog } from './rule-effect-dialog.tsx'
import { RuleForm } from './rule-form.tsx'
import { rulesShown, useRuleActions, useRules } from './use-correlation.ts'
import { useChangesIncidents } from './use-rule-effect.ts'

/** Rules in the order in which they have their say. */
export function RuleTab() {
  const query = useRules()
  const [edited, setEdited] = useState<CorrelationRule | 'NEW'>()
  const [applied, setApplied] = useState<CorrelationRule>()
  const changesIncidents = useChangesIncidents()
  const close = (): void => setEdited(undefined)
  const done = (saved?: CorrelationRule): void => {
    close()
    if (!saved || !cuts(saved)) return
    // Where that cannot be asked, the dialog says why.
    void changesIncidents(saved.id).then(
      (changes) => changes && setApplied(saved),
      () => setApplied(saved),
    )
  }
  const total = query.data?.total ?? 0
  return (
    <>
      {query.data?.problems.map(({ file, message }) => (
        <p key={file} className="mb-2 break-words rounded-md border border-medium bg-medium-soft px-3 py-2">
          <span className="font-mono">{file}</span> is not used: {message}
        </p>
      ))}
      <QueryPanel
        title="Rules in their order"
        note={total > rulesShown ? `the first ${rulesShown} of ${total}` : query.data && `${total} in all`}
        actions={
          <Button look="strong" size="small" onClick={() => setEdited('NEW')}>
            <Plus aria-hidden /> New rule
          </Button>
        }
        query={query}
      >
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={Combine} title="No rule is set">
              Time and topology alone decide what belongs together. A rule can group, separate, suppress,
              inhibit or route what you know better; those of an Alertmanager can be taken over.
            </Empty>
          ) : (
            <ol className="divide-y">
              {items.map((rule) => (
                <RuleRow
                  key={rule.id}
                  rule={rule}
                  onEdit={() => setEdited(rule)}
                  onIncidents={() => setApplied(rule)}
                />
              ))}
            </ol>
          )
        }
      </QueryPanel>
      {edited && (
        <Dialog
          open
          onOpenChange={close}
          title={edited === 'NEW' ? 'New correlation rule' : edited.name}
          className="w-[min(44rem,calc(100vw-2rem))]"
        >
          <RuleForm rule={edited === 'NEW' ? undefined : edited} onDone={done} />
        </Dialog>
      )}
      {applied && <RuleEffectDialog rule={applied} onClose={() => setApplied(undefined)} />}
    </>
  )
}

/** It says which incidents are one and which are not. */
const cuts = ({ enabled, action }: CorrelationRule): boolean =>
  enabled && (action === 'GROUP' || action === 'SEPARATE')

type RuleRowProps = { rule: CorrelationRule; onEdit: () => void; onIncidents: () => void }

function RuleRow({ rule, onEdit, onIncidents }: RuleRowProps) {
  const { remove } = useRuleActions()
  const [sure, setSure] = useState(false)
  const { word, tone } = actionLooks[rule.action]
  const { count, last_at } = rule.hits
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-3">
      <div className="w-20">
        <Badge tone={rule.enabled ? tone : 'outline'}>{word}</Badge>
        {!rule.enabled && <p className="text-ink-mute text-xs">off</p>}
      </div>
      <div className="min-w-0 flex-1 basis-64">
        <p className="break-words font-medium">{rule.name}</p>
        <p className="break-all font-mono text-xs">{rule.when}</p>
        {rule.source_when !== '' && (
          <p className="break-all text-xs">
            while <span className="font-mono">{rule.source_when}</span> fires
          </p>
        )}
        <p className="text-ink-mute text-xs">
          {rule.by.length > 0 && <>equal {rule.by.join(', ')} · </>}
          {rule.route !== '' && <>to {rule.route} · </>}
          order {rule.order} · {count === 0 ? 'met nothing so far' : `met ${counted(count, 'signal')}, last `}
          {count > 0 && <Moment at={last_at} form="ago" />} · {sentenceCase(rule.origin)}, {rule.created_by}
        </p>
        {rule.comment !== '' && <p className="break-words text-ink-soft text-xs">{rule.comment}</p>}
      </div>
      {cuts(rule) && (
        <Button size="small" look="quiet" onClick={onIncidents}>
          Open incidents
        </Button>
      )}
      {rule.origin !== 'FILE' && (
        <div className="flex gap-2">
          <Button size="small" onClick={onEdit}>
            Change
          </Button>
          <Button
            size="small"
            look={sure ? 'danger' : 'plain'}
            disabled={remove.isPending}
            onClick={() => (sure ? remove.mutate(rule.id) : setSure(true))}
          >
            {sure ? 'Remove it' : 'Remove'}
          </Button>
        </div>
      )}
      {remove.error && (
        <Failure
          error={remove.error}
          advice={refusedFor(remove.error, 'correlation:write')}
          className="w-full"
        />
      )}
    </li>
  )
}
