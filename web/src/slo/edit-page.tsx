import { getRouteApi } from '@tanstack/react-router'
import { PageTitle } from '../shell/page-title.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { SloForm } from './slo-form.tsx'
import { useSlo } from './use-slos.ts'

const route = getRouteApi('/slos/$id/edit')

export function SloEditPage() {
  const { id } = route.useParams()
  const query = useSlo(id)
  return (
    <>
      <PageTitle title="Change an objective" />
      <Loaded query={query} inset={false}>
        {({ slo }) => <SloForm key={slo.id} slo={slo} />}
      </Loaded>
    </>
  )
}

export function SloNewPage() {
  return (
    <>
      <PageTitle title="New objective" />
      <SloForm slo={undefined} />
    </>
  )
}
