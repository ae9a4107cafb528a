import type { ObservedCluster } from './index.ts'

export const keyOf = ({ tenant, id }: Pick<ObservedCluster, 'tenant' | 'id'>): string => `${tenant}/${id}`
