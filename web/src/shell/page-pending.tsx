import { useRouterState } from '@tanstack/react-router'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { PageTitle } from './page-title.tsx'
import { allPlaces } from './place.ts'

/** While the code of a page comes: its heading and the tab's name already say where one goes. */
export function PagePending() {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const place = allPlaces.find(({ to }) => to === path)
  return (
    <>
      {place && <PageTitle title={place.label} />}
      <SkeletonRows rows={8} />
    </>
  )
}
