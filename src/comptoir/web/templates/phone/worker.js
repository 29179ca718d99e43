{% load static %}import { start } from "{% static 'js/phone/worker.js' %}";

start({
  shell: "{{ shell }}",
  share: "{{ share }}",
  assets: [{% for asset in assets %}"{{ asset }}"{% if not forloop.last %}, {% endif %}{% endfor %}],
});
