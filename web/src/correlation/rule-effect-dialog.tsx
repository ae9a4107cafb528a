import type { CorrelationRule, RuleDeed, RuleEffect } from '@aiops/contract/model/correlation-rule'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { counted } from '../ui/words.ts'
import { incidentsOf } from './rule-effect.ts'
import { IncidentLink, RuleEffectList } from './rule-effect-list.tsx'
import { useRuleEffect, useRuleEffectActions } from './use-rule-effect.ts'

/** Open incidents that a rule would join or part, and doing it: each one chosen, each undone again from here. */
export function RuleEffectDialog({ rule, onClose }: { rule: CorrelationRule; onClose: () => void }) {
  const { data, error, refetch } = useRuleEffect(rule.id)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Open incidents and “${rule.name}”`}
      description="Incidents that are open stay as they are unless you apply the rule to them."
      className="w-[min(44rem,calc(100vw-2rem))]"
    >
      <div className="min-h-0 space-y-3 overflow-y-auto px-5 py-4">
        <LoadNote error={error} loading={!data} onRetry={() => void refetch()} />
        {data && <Effect {...{ rule, onClose }} effect={data} />}
      </div>
    </Dialog>
  )
}

type EffectProps = { rule: CorrelationRule; effect: RuleEffect; onClose: () => void }

function Effect({ rule, effect, onClose }: EffectProps) {
  const concerned = incidentsOf(effect)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const { apply, undo } = useRuleEffectActions(rule.id)
  const chosen = concerned.filter(({ id }) => !left.has(id))
  const toggle = (id: string): void => {
    const next = new Set(left)
    if (!next.delete(id)) next.add(id)
    setLeft(next)
  }
  return (
    <>
      <RuleEffectList effect={effect} />
      {concerned.length > 0 && (
        <fieldset className="space-y-1">
          <legend className="mb-1 font-medium">Incidents that it may change</legend>
          <div className="max-h-40 overflow-y-auto rounded-md border p-2">
            {concerned.map(({ id, number, title }) => (
              <label key={id} className="flex items-center gap-2 py-0.5">
                <input
                  type="checkbox"
                  className="accent-(--accent)"
                  checked={!left.has(id)}
                  onChange={() => toggle(id)}
                />
                <span className="min-w-0 truncate">
                  INC-{number} <span className="text-ink-mute">{title}</span>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
      {apply.data && (
        <div aria-live="polite" className="space-y-1 rounded-md border bg-canvas/60 p-3">
          {apply.data.done.map((deed) => (
            <Deed key={`${deed.act} ${deed.incident.id} ${deed.into.id}`} deed={deed} />
          ))}
          {apply.data.skipped.map(({ incident, why }) => (
            <p key={`${incident} ${why}`} className="text-medium">
              {nameOf(concerned, incident)} is left: {why}
            </p>
          ))}
        </div>
      )}
      {[apply.error, undo.error].map((error) =>
        error ? (
          <Failure key={String(error)} error={error} advice={refusedFor(error, 'incidents:write')} />
        ) : null,
      )}
      <div className="flex justify-end gap-2">
        {apply.data && apply.data.done.length > 0 && (
          <Button
            className="mr-auto"
            disabled={undo.isPending}
            onClick={() => undo.mutate(apply.data.done, { onSuccess: () => apply.reset() })}
          >
            Undo
          </Button>
        )}
        <Button onClick={onClose}>Close</Button>
        <Button
          look="strong"
          disabled={chosen.length === 0 || apply.isPending}
          onClick={() => apply.mutate(chosen.map(({ id }) => id))}
        >
          Apply to {counted(chosen.length, 'incident')}
        </Button>
      </div>
    </>
  )
}

const Deed = ({ deed: { act, incident, into, members } }: { deed: RuleDeed }) => (
  <p>
    {act === 'MERGED' ? (
      <>
        <IncidentLink incident={incident} /> is part of <IncidentLink incident={into} /> now.
      </>
    ) : (
      <>
        {counted(members.length, 'member')} of <IncidentLink incident={incident} />{' '}
        {members.length === 1 ? 'is' : 'are'} <IncidentLink incident={into} /> now.
      </>
    )}
  </p>
)

const nameOf = (incidents: readonly { id: string; number: number }[], id: string): string => {
  const found = incidents.find((one) => one.id === id)
  return found ? `INC-${found.number}` : id
}
