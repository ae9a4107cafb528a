import type { ObjectRef } from '@aiops/contract/model/finding'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { objectPlace } from '../kubernetes/object-place.ts'
import { objectText } from './object-text.ts'

type ObjectLinkProps = {
  clusterId: string
  object: ObjectRef
  part?: string
  at?: string | undefined
  children?: ReactNode
  className?: string
}

/** Leads to the thing on its cluster's page; what Kubernetes has no kind for stands as text. */
export function ObjectLink({ clusterId, object, part, at, children, className }: ObjectLinkProps) {
  const place = objectPlace(object, part, at)
  const text = children ?? objectText(object)
  if (!place) return <span className={className}>{text}</span>
  return (
    <Link
      to="/clusters/$id"
      params={{ id: clusterId }}
      search={place}
      className={className ?? 'break-all text-accent hover:underline'}
    >
      {text}
    </Link>
  )
}
