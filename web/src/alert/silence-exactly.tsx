import type { Alert } from '@aiops/contract/model/alert'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../shell/api.ts'
import { LengthAndWhy } from '../silence/length-and-why.tsx'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { refusedFor } from '../ui/refused-for.ts'

export type SilenceSelectedProps = { alerts: readonly Alert[]; onClose: () => void; onDone: () => void }

const hourMs = 3_600_000

/** Silences exactly what is selected, each by all of its labels: where these have none in common. */
export function SilenceExactly({ alerts, onClose, onDone }: SilenceSelectedProps) {
  const cache = useQueryClient()
  const [hours, setHours] = useState(1)
  const [comment, setComment] = useState('')
  const silence = useMutation({
    mutationFn: () =>
      client.bulkAlerts({
        body: {
          action: 'SILENCE',
          ids: alerts.map(({ id }) => id),
          ends_at: new Date(Date.now() + hours * hourMs).toISOString(),
          comment: comment.trim(),
        },
      }),
    onSuccess: () => {
      for (const key of ['alerts', 'silences']) void cache.invalidateQueries({ queryKey: [key] })
      onDone()
    },
  })
  return (
    <form
      className="space-y-3 overflow-y-auto px-5 pt-3 pb-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (comment.trim() !== '' && !silence.isPending) silence.mutate()
      }}
    >
      <p>These alerts have no label in common. Each gets a silence of its own, of all its labels.</p>
      <LengthAndWhy {...{ hours, setHours, comment, setComment }} />
      {silence.error && (
        <Failure error={silence.error} advice={refusedFor(silence.error, 'incidents:write')} />
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="strong" disabled={comment.trim() === '' || silence.isPending}>
          Silence
        </Button>
      </div>
    </form>
  )
}
