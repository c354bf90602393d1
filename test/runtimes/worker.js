// The smoke run as a Cloudflare worker.
import { smoke } from './smoke.js';

export default {
  async fetch(request) {
    try {
      return Response.json(await smoke(await request.json()));
    } catch (error) {
      return new Response(String(error?.stack ?? error), { status: 500 });
    }
  },
};
