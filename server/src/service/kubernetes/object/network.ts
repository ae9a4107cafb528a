import { z } from 'zod'
import { count, flag, intOrText, labels, listOf, part, text, texts, whole, word } from './field.ts'
import { conditions, Meta, Reference, Selector } from './meta.ts'

export const Service = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      type: word,
      selector: labels,
      clusterIP: text,
      externalName: text,
      publishNotReadyAddresses: flag,
      ports: listOf(
        z.object({ name: text, protocol: text, port: count, targetPort: intOrText, nodePort: count }),
      ),
    }),
  ),
  status: whole(
    z.object({ loadBalancer: whole(z.object({ ingress: listOf(z.object({ ip: text, hostname: text })) })) }),
  ),
})
export type Service = z.infer<typeof Service>

export const EndpointSlice = z.object({
  metadata: Meta,
  addressType: word,
  endpoints: listOf(
    z.object({
      addresses: texts,
      conditions: whole(z.object({ ready: flag, serving: flag, terminating: flag })),
      nodeName: text,
      targetRef: part(Reference),
    }),
  ),
  ports: listOf(z.object({ name: text, protocol: text, port: count })),
})
export type EndpointSlice = z.infer<typeof EndpointSlice>

const Backend = z.object({
  service: part(z.object({ name: word, port: whole(z.object({ name: text, number: count })) })),
})
export const Ingress = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      ingressClassName: text,
      defaultBackend: part(Backend),
      tls: listOf(z.object({ hosts: texts, secretName: text })),
      rules: listOf(
        z.object({
          host: text,
          http: part(
            z.object({ paths: listOf(z.object({ path: text, pathType: text, backend: whole(Backend) })) }),
          ),
        }),
      ),
    }),
  ),
  status: whole(
    z.object({ loadBalancer: whole(z.object({ ingress: listOf(z.object({ ip: text, hostname: text })) })) }),
  ),
})
export type Ingress = z.infer<typeof Ingress>

export const IngressClass = z.object({ metadata: Meta, spec: whole(z.object({ controller: text })) })
export type IngressClass = z.infer<typeof IngressClass>

const Peer = z.object({
  podSelector: part(Selector),
  namespaceSelector: part(Selector),
  ipBlock: part(z.object({ cidr: word, except: texts })),
})
export type NetworkPolicyPeer = z.infer<typeof Peer>
const ports = listOf(z.object({ protocol: text, port: intOrText, endPort: count }))
export const NetworkPolicy = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      podSelector: whole(Selector),
      policyTypes: texts,
      /** Absent and empty differ only in whether Egress is among the types by default. */
      ingress: part(listOf(z.object({ from: part(listOf(Peer)), ports }))),
      egress: part(listOf(z.object({ to: part(listOf(Peer)), ports }))),
    }),
  ),
})
export type NetworkPolicy = z.infer<typeof NetworkPolicy>

const ParentRef = z.object({ kind: text, namespace: text, name: word, sectionName: text, port: count })
export const GatewayClass = z.object({
  metadata: Meta,
  spec: whole(z.object({ controllerName: word })),
  status: whole(z.object({ conditions })),
})
export type GatewayClass = z.infer<typeof GatewayClass>
export const Gateway = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      gatewayClassName: word,
      listeners: listOf(
        z.object({
          name: word,
          hostname: text,
          port: count,
          protocol: word,
          tls: part(z.object({ mode: text, certificateRefs: listOf(Reference) })),
          allowedRoutes: part(
            z.object({ namespaces: part(z.object({ from: text, selector: part(Selector) })) }),
          ),
        }),
      ),
    }),
  ),
  status: whole(
    z.object({ conditions, listeners: listOf(z.object({ name: word, attachedRoutes: count, conditions })) }),
  ),
})
export type Gateway = z.infer<typeof Gateway>
export const HttpRoute = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      parentRefs: listOf(ParentRef),
      hostnames: texts,
      rules: listOf(
        z.object({
          backendRefs: listOf(
            z.object({ kind: text, group: text, namespace: text, name: word, port: count, weight: count }),
          ),
        }),
      ),
    }),
  ),
  status: whole(
    z.object({
      parents: listOf(z.object({ parentRef: whole(ParentRef), controllerName: word, conditions })),
    }),
  ),
})
export type HttpRoute = z.infer<typeof HttpRoute>
export const ReferenceGrant = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      from: listOf(z.object({ group: word, kind: word, namespace: word })),
      to: listOf(z.object({ group: word, kind: word, name: text })),
    }),
  ),
})
export type ReferenceGrant = z.infer<typeof ReferenceGrant>
