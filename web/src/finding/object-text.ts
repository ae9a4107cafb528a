import type { ObjectRef } from '@aiops/contract/model/finding'

/** `Pod shop/cart-1`; a thing of the cluster as a whole without a namespace. */
export const objectText = ({ kind, namespace, name }: ObjectRef): string =>
  `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`
