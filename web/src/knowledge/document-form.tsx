import type { KnowledgeDocument, KnowledgeInput } from '@aiops/contract/model/knowledge'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField, TextArea, TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { InertProse } from '../ui/inert-prose.tsx'
import { ProblemText } from '../ui/problem-text.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { serverProblems } from '../ui/server-problem.ts'
import { kindWords } from './kind-look.ts'
import { useKnowledgeActions } from './use-knowledge.ts'

const kinds = ['DOCUMENT', 'RUNBOOK', 'POST_MORTEM'] as const
const fields = ['title', 'text', 'url', 'entities', 'tags']

type DocumentFormProps = {
  document: KnowledgeDocument | undefined
  onSaved: (id: string) => void
  onCancel: () => void
}

/** Writes a document, or changes one that was written here. */
export function DocumentForm({ document, onSaved, onCancel }: DocumentFormProps) {
  const [draft, setDraft] = useState({
    kind: kinds.find((kind) => kind === document?.kind) ?? 'DOCUMENT',
    title: document?.title ?? '',
    text: document?.text ?? '',
    url: document?.url ?? '',
    entities: document?.entities.join(' ') ?? '',
    tags: document?.tags.join(' ') ?? '',
  })
  const [isPreviewed, setPreviewed] = useState(false)
  const { save } = useKnowledgeActions()
  const { byField, rest } = serverProblems(save.error, fields)
  const set = (part: Partial<typeof draft>): void => setDraft((old) => ({ ...old, ...part }))
  const body = (): KnowledgeInput & { version?: number } => ({
    kind: draft.kind,
    title: draft.title.trim(),
    text: draft.text,
    url: draft.url.trim() || null,
    entities: wordsOf(draft.entities),
    tags: wordsOf(draft.tags),
    ...(document && { version: document.version }),
  })
  const isComplete = draft.title.trim() !== '' && draft.text !== ''
  const line =
    (name: 'title' | 'url' | 'entities' | 'tags', placeholder = '') =>
    (id: string) => (
      <>
        <TextField
          {...{ id, placeholder }}
          className="w-full"
          value={draft[name]}
          onChange={(event) => set({ [name]: event.target.value })}
        />
        <ProblemText text={byField.get(name)} />
      </>
    )
  return (
    <form
      className="max-w-4xl space-y-4 rounded-lg border bg-surface p-4 sm:p-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (isComplete && !save.isPending)
          save.mutate({ id: document?.id, body: body() }, { onSuccess: ({ id }) => onSaved(id) })
      }}
    >
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_12rem]">
        <FormRow name="Title">{line('title')}</FormRow>
        <FormRow name="Kind">
          {(id) => (
            <SelectField
              {...{ id }}
              className="w-full"
              value={draft.kind}
              onChange={(event) => set({ kind: event.target.value as (typeof kinds)[number] })}
            >
              {kinds.map((kind) => (
                <option key={kind} value={kind}>
                  {kindWords[kind]}
                </option>
              ))}
            </SelectField>
          )}
        </FormRow>
      </div>
      <FormRow name="Text" hint="Markdown. Each heading begins a passage that can be found by itself.">
        {(id) => (
          <>
            {isPreviewed ? (
              <div className="min-h-72 rounded-md border p-3">
                <InertProse text={draft.text} />
              </div>
            ) : (
              <TextArea
                {...{ id }}
                className="min-h-72 font-mono text-xs"
                value={draft.text}
                onChange={(event) => set({ text: event.target.value })}
              />
            )}
            <ProblemText text={byField.get('text')} />
          </>
        )}
      </FormRow>
      <div className="grid gap-4 sm:grid-cols-2">
        <FormRow name="About (entities)">{line('entities', 'service/payments service/cart')}</FormRow>
        <FormRow name="Tags">{line('tags', 'database pool')}</FormRow>
      </div>
      <FormRow name="Where else it stands">{line('url', 'https://wiki.example/payments')}</FormRow>
      {rest ? <Failure error={rest} advice={refusedFor(rest, 'knowledge:write')} /> : null}
      <div className="flex justify-end gap-2">
        <Button className="mr-auto" onClick={() => setPreviewed(!isPreviewed)}>
          {isPreviewed ? 'Write' : 'Preview'}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="strong" disabled={!isComplete || save.isPending}>
          Save
        </Button>
      </div>
    </form>
  )
}

const wordsOf = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter(Boolean))]
