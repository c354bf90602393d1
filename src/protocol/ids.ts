/** Prefixes of object ids. An id is a prefix and 22 random base62 characters (131 bits), and is never a credential. */
export const ID_PREFIX = {
  account: 'acct_',
  apiKey: 'key_',
  assistant: 'ast_',
  attachment: 'att_',
  conversation: 'conv_',
  delivery: 'del_',
  document: 'doc_',
  knowledgeBase: 'kb_',
  message: 'msg_',
  page: 'page_',
  request: 'req_',
  urlSource: 'url_',
  visitor: 'vis_',
  visitorSession: 'vs_',
  webhook: 'wh_',
} as const;

/** Prefixes of credentials: 43 random base62 characters (256 bits) and a 6-character checksum follow. */
export const CREDENTIAL_PREFIX = {
  publishableLive: 'pk_live_',
  publishableTest: 'pk_test_',
  secretLive: 'sk_live_',
  secretTest: 'sk_test_',
  restrictedLive: 'rk_live_',
  visitorToken: 'vt_',
} as const;
