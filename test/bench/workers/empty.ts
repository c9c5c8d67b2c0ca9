/** The smallest Worker there is, which a cold start is measured against. Answers everything, and does nothing. */
export default {
  fetch(): Response {
    return new Response('ok');
  },
};
