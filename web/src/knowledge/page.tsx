import type { KnowledgeDocument } from '@aiops/contract/model/knowledge'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { PageTitle } from '../shell/page-title.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { EntityName } from '../ui/entity-name.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField } from '../ui/field.tsx'
import { InertProse } from '../ui/inert-prose.tsx'
import { Moment } from '../ui/moment.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { safeUrl } from '../ui/safe-url.ts'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { DocumentForm } from './document-form.tsx'
import { kindWords, originText } from './kind-look.ts'
import { useDocument, useKnowledgeActions, useVersions } from './use-knowledge.ts'

const route = getRouteApi('/knowledge/$id')

export function KnowledgePage() {
  const { id } = route.useParams()
  const [version, setVersion] = useState<number>()
  const [editing, setEditing] = useState(false)
  const { data, error, refetch } = useDocument(id, version)
  return (
    <>
      <nav aria-label="Breadcrumb" className="mb-1 text-ink-mute text-xs">
        <Link to="/knowledge" className="hover:text-ink hover:underline">
          Knowledge
        </Link>
      </nav>
      <PageTitle title={data?.title ?? 'Document'}>
        {data?.origin === 'API' && !editing && (
          <DocumentDeeds
            document={data}
            {...{ version }}
            onVersion={setVersion}
            onEdit={() => setEditing(true)}
          />
        )}
      </PageTitle>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={10} />}
      {data && editing && (
        <DocumentForm document={data} onSaved={() => setEditing(false)} onCancel={() => setEditing(false)} />
      )}
      {data && !editing && <DocumentView document={data} />}
    </>
  )
}

function DocumentView({ document }: { document: KnowledgeDocument }) {
  const url = safeUrl(document.url ?? undefined)
  return (
    <article className="max-w-4xl rounded-lg border bg-surface">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2 text-ink-mute text-xs sm:px-6">
        <Badge tone="outline">{kindWords[document.kind]}</Badge>
        {document.entities.map((id) => (
          <EntityName key={id} id={id} />
        ))}
        {document.tags.map((tag) => (
          <span key={tag}>#{tag}</span>
        ))}
        <span>{originText(document)}</span>
        <span>
          version {document.version}, <Moment at={document.updated_at} form="ago" />
        </span>
        {document.origin === 'INCIDENT' && document.source && (
          <Link
            to="/incidents/$id"
            params={{ id: document.source }}
            className="font-medium text-accent hover:underline"
          >
            The incident
          </Link>
        )}
        {url && (
          <a
            href={url}
            target="_blank"
            rel="noreferrer noopener"
            className="font-medium text-accent hover:underline"
          >
            Where else it stands
          </a>
        )}
      </p>
      <div className="px-4 py-4 sm:px-6">
        <InertProse text={document.text} />
      </div>
    </article>
  )
}

type DocumentDeedsProps = {
  document: KnowledgeDocument
  version: number | undefined
  onVersion: (version: number | undefined) => void
  onEdit: () => void
}

function DocumentDeeds({ document, version, onVersion, onEdit }: DocumentDeedsProps) {
  const navigate = useNavigate()
  const versions = useVersions(document.id, true)
  const { remove } = useKnowledgeActions()
  const [sure, setSure] = useState(false)
  const latest = versions.data?.versions[0]?.version
  return (
    <div className="ml-auto flex flex-wrap items-center gap-2">
      {versions.data && versions.data.versions.length > 1 && (
        <SelectField
          aria-label="Version"
          value={version ?? latest}
          onChange={(event) =>
            onVersion(Number(event.target.value) === latest ? undefined : Number(event.target.value))
          }
        >
          {versions.data.versions.map((one) => (
            <option key={one.version} value={one.version}>
              Version {one.version}, {one.updated_by}
            </option>
          ))}
        </SelectField>
      )}
      {version === undefined && (
        <Button onClick={onEdit}>
          <Pencil aria-hidden /> Change
        </Button>
      )}
      <Button
        look={sure ? 'danger' : 'plain'}
        disabled={remove.isPending}
        onClick={() =>
          sure
            ? remove.mutate(document.id, { onSuccess: () => void navigate({ to: '/knowledge' }) })
            : setSure(true)
        }
      >
        <Trash2 aria-hidden /> {sure ? 'Delete it with its versions' : 'Delete'}
      </Button>
      {remove.error && (
        <Failure
          error={remove.error}
          advice={refusedFor(remove.error, 'knowledge:write')}
          className="w-full"
        />
      )}
    </div>
  )
}
