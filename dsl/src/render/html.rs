//! The drawing as a page for a browser: it is moved with the pointer and grows with the wheel. Nothing is loaded.

use super::svg;
use super::xml;
use crate::network::Network;

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// The picture of a network as an HTML page that stands alone, light or dark as the reader's system is.
///
/// Complexity: that of [`svg`].
pub fn html(network: &Network) -> String {
    let (title, drawing) = (xml::escape(&network.name), svg::svg(network));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{drawing}\
         <p>drag to move, wheel or + - to zoom, 0 for all of it</p>\n\
         <script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::html;
    use crate::render::sample::{channel, network, process};
    use crate::signature::Group;

    #[test]
    fn a_page_holds_the_drawing_and_loads_nothing() {
        let mut net = network("</script> & co");
        process(&mut net, "a", "Range", Group::Source);
        process(&mut net, "b", "Print", Group::Sink);
        channel(&mut net, "a.out", "b.in");
        let page = html(&net);
        assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"), "{page}");
        assert!(page.contains("<title>&lt;/script&gt; &amp; co</title>"), "{page}");
        assert!(page.contains("viewBox=") && page.contains("prefers-color-scheme:dark"), "{page}");
        assert_eq!((page.matches("<svg").count(), page.matches("</script>").count()), (1, 1));
        // The one address is the name of SVG.
        assert_eq!(page.matches("http").count(), 2, "{page}");
        assert!(!page.contains("src=") && !page.contains("href=") && !page.contains("@import"), "{page}");
    }
}
