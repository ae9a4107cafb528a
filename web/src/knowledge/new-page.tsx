import { useNavigate } from '@tanstack/react-router'
import { PageTitle } from '../shell/page-title.tsx'
import { DocumentForm } from './document-form.tsx'

export function NewDocumentPage() {
  const navigate = useNavigate()
  return (
    <>
      <PageTitle title="New document" />
      <DocumentForm
        document={undefined}
        onSaved={(id) => void navigate({ to: '/knowledge/$id', params: { id } })}
        onCancel={() => void navigate({ to: '/knowledge' })}
      />
    </>
  )
}
