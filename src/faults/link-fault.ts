/**
 * What an injected fault does to a link: in the simulated network and on real connections.
 */

export type LinkFault =
  | { readonly kind: 'partition' }
  | { readonly kind: 'delay'; readonly delayUs: number }
  | { readonly kind: 'slow-link'; readonly spacingUs: number }
  | { readonly kind: 'reorder'; readonly waitUs: number }
  | { readonly kind: 'drop' }
  | { readonly kind: 'duplicate' };
